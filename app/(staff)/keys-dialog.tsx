import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Caps } from '../ui/caps';
import { Dialog } from '../ui/dialog';
import { saveLetterKeysAction } from './keys-actions';
import { refusalInWords } from './refusal-words';

const ALL: { title: string; keys: [caps: string[], does: string][] }[] = [
  {
    title: 'Реестр',
    keys: [
      [['↓', '↑', 'J', 'K'], 'следующая и\u00a0предыдущая строка'],
      [['Enter'], 'открыть строку'],
      [['Пробел', 'X'], 'выбрать; с\u00a0Shift\u00a0— всё до этой строки'],
      [['Ctrl A'], 'выбрать всю страницу'],
      [['F'], 'раскрыть условия отбора'],
    ],
  },
  {
    title: 'Подготовленные исполнителем',
    keys: [
      [['S'], 'отправить; ещё спросит'],
      [['R'], 'вернуть на\u00a0доработку'],
    ],
  },
  {
    title: 'Карточка запроса',
    keys: [
      [['J', 'K'], 'следующий и\u00a0предыдущий запрос отбора'],
      [['Ctrl Enter'], '«Сохранить»'],
      [['Ctrl Shift Enter'], 'главная кнопка; отправка ещё спросит'],
    ],
  },
  {
    title: 'Радар',
    keys: [
      [['↓', '↑'], 'следующее и\u00a0предыдущее подразделение или сотрудник'],
      [['Enter'], 'показать его запросы в\u00a0реестре'],
    ],
  },
  {
    title: 'Везде',
    keys: [
      [['/'], 'поле номера в\u00a0реестре'],
      [['Esc'], 'выйти из\u00a0поля, закрыть, снять выбор, вернуться в\u00a0реестр'],
      [['?'], 'этот список'],
    ],
  },
];

interface KeysDialogProps {
  open: boolean;
  onClose: () => void;
  letterKeys: boolean;
}

/** All keys of the product, with the switch for single letters. */
export default function KeysDialog({ open, onClose, letterKeys }: KeysDialogProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [on, setOn] = useState(letterKeys);

  const change = async (wanted: boolean) => {
    setOn(wanted);
    setProblem(null);
    const result = await saveLetterKeysAction({ letterKeys: wanted });
    if (result.ok) return router.refresh();
    setOn(!wanted);
    setProblem(refusalInWords(result));
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Клавиши"
      buttons={
        <Button data-first onClick={onClose}>
          Закрыть
        </Button>
      }
    >
      {ALL.map(({ title, keys }) => (
        <section key={title} aria-label={title} className="mb-3">
          <h3>{title}</h3>
          <dl className="keys all">
            {keys.map(([caps, does]) => (
              <div key={does}>
                <Caps keys={caps} />
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="q2 mb-2">Клавиши считаются по&nbsp;месту на&nbsp;клавиатуре: раскладка не&nbsp;важна.</p>
      <label className="ck">
        <input type="checkbox" checked={on} onChange={(event) => void change(event.target.checked)} />
        <span>Буквы и&nbsp;знаки без Ctrl: J, K, X, F, «/», «?». Без галочки работают только остальные клавиши.</span>
      </label>
      <div role="alert">{problem && <p className="err">{problem}</p>}</div>
    </Dialog>
  );
}
