const rules = new Intl.PluralRules('ru');

/** The Russian form of a noun after a number: 1 ответ, 2 ответа, 5 ответов. */
export function plural(count: number, one: string, few: string, many: string): string {
  const form = rules.select(count);
  return form === 'one' ? one : form === 'few' ? few : many;
}
