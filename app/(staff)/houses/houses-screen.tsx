'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Dialog } from '@/app/ui/dialog';
import { errorProps, Field } from '@/app/ui/field';
import { Note } from '@/app/ui/note';
import type { HouseRow } from '@/lib/accounts/houses';
import type { Refusal } from '@/lib/errors';
import { useSelection } from '../debt-requests/use-selection';
import { DivisionOptions } from '../division-options';
import { refusalInWords } from '../refusal-words';
import { assignDivisionAction, collectHousesAction, loadFromPortalAction, saveHouseAction } from './actions';

interface HousesScreenProps {
  rows: HouseRow[];
  divisions: { id: string; name: string; depth: number }[];
  isAdmin: boolean;
  /** A condition is set: an empty list means that nothing fits it. */
  filtered: boolean;
}

type Draft = { id: string; address: string; fiasHouseGuid: string; shared: boolean; divisionId: string };

/** Houses with their divisions: one at a time in a dialog, many at once from the bar. */
export function HousesScreen({ rows, divisions, isAdmin, filtered }: HousesScreenProps) {
  const router = useRouter();
  const selection = useSelection(
    'houses',
    rows.map(({ id }) => id),
  );
  const [divisionId, setDivisionId] = useState('');
  const [draft, setDraft] = useState<Draft | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [note, setNote] = useState<{ kind: 'plain' | 'bad'; text: string } | null>(null);
  const [busy, act] = useTransition();

  const refuse = (refusal: Refusal) => {
    const fields = refusal.reason === 'invalid' ? (refusal.fields ?? {}) : {};
    setErrors(fields);
    if (Object.keys(fields).length === 0) setNote({ kind: 'bad', text: refusalInWords(refusal) });
  };
  const collect = () =>
    act(async () => {
      const result = await collectHousesAction({});
      if (!result.ok) return refuse(result);
      setNote({
        kind: 'plain',
        text: result.added > 0 ? `Добавлено домов: ${result.added}` : 'Новых домов в\u00a0запросах нет.',
      });
      router.refresh();
    });
  const load = () =>
    act(async () => {
      const result = await loadFromPortalAction({});
      if (!result.ok) return refuse(result);
      setNote({
        kind: 'plain',
        text:
          result.asked > 0
            ? `Спрашиваем портал о\u00a0домах: ${result.asked}. Ход виден в\u00a0«Обмене с\u00a0ГИС\u00a0ЖКХ».`
            : 'Спрашивать не\u00a0о\u00a0чем: у\u00a0домов нет кодов, или их уже загружаем.',
      });
    });
  const assign = () =>
    act(async () => {
      const result = await assignDivisionAction({ houseIds: selection.ids, divisionId });
      if (!result.ok) return refuse(result);
      setNote({
        kind: 'plain',
        text: `Подразделение изменено у\u00a0домов: ${result.changed}. Их открытые запросы перешли к\u00a0новому ответственному.`,
      });
      selection.clear();
      router.refresh();
    });
  const save = () =>
    act(async () => {
      const result = await saveHouseAction(draft);
      if (!result.ok) return refuse(result);
      setDraft(null);
      setErrors({});
      router.refresh();
    });
  const whole = rows.length > 0 && selection.ids.length === rows.length;

  return (
    <>
      {isAdmin && (
        <div className="acts">
          <div className="chips">
            <Button
              small
              onClick={() => setDraft({ id: '', address: '', fiasHouseGuid: '', shared: false, divisionId: '' })}
            >
              Добавить дом
            </Button>
            <Button small unavailable={busy} onClick={collect}>
              Собрать из&nbsp;запросов
            </Button>
            <Button small unavailable={busy} onClick={load}>
              Загрузить помещения и&nbsp;счета из&nbsp;ГИС&nbsp;ЖКХ
            </Button>
            <Link className="btn sm" href="/imports?kind=houses">
              Загрузить из&nbsp;Excel
            </Link>
          </div>
          {selection.ids.length > 0 && (
            <div className="right">
              <section className="bulk" aria-label="Действия с&nbsp;выбранными">
                <span className="count" role="status">
                  Выбрано {selection.ids.length}
                </span>
                <label className="sr" htmlFor="assign-division">
                  Подразделение
                </label>
                <select
                  className="in sm"
                  id="assign-division"
                  value={divisionId}
                  onChange={(event) => setDivisionId(event.target.value)}
                >
                  <option value="">Без подразделения</option>
                  <DivisionOptions divisions={divisions} />
                </select>
                <Button small kind="main" unavailable={busy} onClick={assign}>
                  Назначить подразделение
                </Button>
              </section>
            </div>
          )}
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region */}
      <section className="wrap" tabIndex={0} aria-label="Список домов">
        <div role="status">
          {note && (
            <Note kind={note.kind} className="m-3">
              {note.text}
            </Note>
          )}
        </div>
        {rows.length === 0 ? (
          <p className="pad q2 py-4">
            {filtered
              ? 'Под отбор ни\u00a0один дом не\u00a0подходит.'
              : 'Домов ещё нет. Они появятся, если собрать их из\u00a0полученных запросов или добавить по\u00a0одному.'}
          </p>
        ) : (
          <table className="rows tall">
            <caption className="sr">Дома организации</caption>
            <thead>
              <tr>
                {isAdmin && (
                  <th scope="col" className="w-[44px]">
                    <input
                      type="checkbox"
                      aria-label="Выбрать все на&nbsp;странице"
                      checked={whole}
                      onChange={() => (whole ? selection.clear() : selection.all())}
                    />
                  </th>
                )}
                <th scope="col">Адрес</th>
                <th scope="col" className="w-[300px]">
                  Код ФИАС
                </th>
                <th scope="col" className="w-[160px]">
                  Подразделение
                </th>
                <th scope="col" className="w-[90px]">
                  Помещений
                </th>
                <th scope="col" className="w-[80px]">
                  Счетов
                </th>
                <th scope="col" className="w-[90px]" title="Открытые запросы">
                  Запросов
                </th>
                {isAdmin && (
                  <th scope="col" className="w-[110px]">
                    <span className="sr">Действия</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} className={selection.has(row.id) ? 'sel' : ''}>
                  {isAdmin && (
                    <td>
                      <input
                        type="checkbox"
                        aria-label={`Выбрать ${row.address}`}
                        checked={selection.has(row.id)}
                        onClick={(event) => selection.toggle(row.id, event.shiftKey)}
                        onChange={() => {}}
                      />
                    </td>
                  )}
                  <td>{row.address}</td>
                  <td className="mono">
                    {row.fiasHouseGuid ?? <span className="q2">нет</span>}
                    {row.shared && <span className="q2"> общий</span>}
                  </td>
                  <td>{row.divisionName ?? <span className="warn">не&nbsp;назначено</span>}</td>
                  <td className="num">{row.premises}</td>
                  <td className="num">
                    {row.accounts > 0 ? (
                      <Link href={`/accounts?house=${row.id}`} prefetch={false}>
                        {row.accounts}
                      </Link>
                    ) : (
                      0
                    )}
                  </td>
                  <td className="num">{row.openRequests}</td>
                  {isAdmin && (
                    <td>
                      <Button
                        small
                        kind="quiet"
                        onClick={() => {
                          setErrors({});
                          setDraft({
                            id: row.id,
                            address: row.address,
                            fiasHouseGuid: row.fiasHouseGuid ?? '',
                            shared: row.shared,
                            divisionId: row.divisionId ?? '',
                          });
                        }}
                      >
                        Изменить<span className="sr"> {row.address}</span>
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <Dialog
        open={draft !== null}
        onClose={() => setDraft(null)}
        title={draft?.id ? 'Изменить дом' : 'Новый дом'}
        buttons={
          <>
            <Button kind="main" unavailable={busy} onClick={save}>
              {draft?.id ? 'Сохранить' : 'Добавить дом'}
            </Button>
            <Button onClick={() => setDraft(null)}>Отмена</Button>
          </>
        }
      >
        {draft && (
          <div className="grid gap-3">
            <Field id="house-address" label="Адрес" error={errors.address}>
              <input
                className="in"
                id="house-address"
                data-first
                maxLength={600}
                value={draft.address}
                onChange={(event) => setDraft({ ...draft, address: event.target.value })}
                {...errorProps('house-address', errors.address)}
              />
            </Field>
            <Field id="house-fias" label="Код здания по&nbsp;ФИАС, если есть" error={errors.fiasHouseGuid}>
              <input
                className="in mono"
                id="house-fias"
                maxLength={60}
                value={draft.fiasHouseGuid}
                onChange={(event) => setDraft({ ...draft, fiasHouseGuid: event.target.value })}
                {...errorProps('house-fias', errors.fiasHouseGuid)}
              />
            </Field>
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                checked={draft.shared}
                onChange={(event) => setDraft({ ...draft, shared: event.target.checked })}
              />
              Корпус или подъезд дома с&nbsp;таким&nbsp;же кодом
            </label>
            <Field id="house-division" label="Подразделение" error={errors.divisionId}>
              <select
                className="in"
                id="house-division"
                value={draft.divisionId}
                onChange={(event) => setDraft({ ...draft, divisionId: event.target.value })}
                {...errorProps('house-division', errors.divisionId)}
              >
                <option value="">Не назначено</option>
                <DivisionOptions divisions={divisions} />
              </select>
            </Field>
          </div>
        )}
      </Dialog>
    </>
  );
}
