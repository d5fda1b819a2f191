const KEYS: readonly [where: string, keys: readonly (readonly [keys: readonly string[], does: string])[]][] = [
  [
    'В\u00a0списке запросов',
    [
      [['↑', '↓', 'J', 'K'], 'перейти к\u00a0соседней строке'],
      [['Enter'], 'открыть запрос'],
      [['Пробел', 'X'], 'отметить строку или снять отметку; с Shift\u00a0— все строки до\u00a0этой'],
      [['Ctrl A'], 'отметить все строки страницы'],
      [['Esc'], 'снять отметки'],
      [['/'], 'искать по\u00a0номеру'],
      [['F'], 'раскрыть остальные условия'],
    ],
  ],
  [
    'На\u00a0карточке запроса',
    [
      [['Ctrl Enter'], 'сохранить'],
      [['Ctrl Shift Enter'], 'нажать главную кнопку; перед отправкой «Отклик» всё равно спросит'],
      [['Esc'], 'вернуться в\u00a0реестр'],
    ],
  ],
  ['В\u00a0«Настройках»', [[['Ctrl Enter'], 'сохранить']]],
  ['В\u00a0окне с\u00a0вопросом', [[['Esc'], 'закрыть, ничего не\u00a0делая']]],
];

export function Keyboard() {
  return (
    <>
      <p>
        Клавиши работают в&nbsp;любой раскладке. Буквы и&nbsp;стрелки действуют, только пока вы не&nbsp;набираете текст
        в&nbsp;поле. Клавиши страницы напоминает низ меню слева.
      </p>
      {KEYS.map(([where, keys]) => (
        <table key={where}>
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                {where}
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map(([names, does]) => (
              <tr key={does}>
                <th scope="row">
                  <span className="flex gap-1">
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </span>
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
