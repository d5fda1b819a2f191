import { redirect } from 'next/navigation';

/** «Загрузить из файла»: the page of every table, for answers. */
export default function ImportAnswers(): never {
  redirect('/imports?kind=answers');
}
