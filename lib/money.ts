/** Kopecks as staff read them: 3581537 → «35 815,37 ₽». */
export const rubles = (kopecks: number): string =>
  `${(kopecks / 100).toLocaleString('ru', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}\u00a0₽`;
