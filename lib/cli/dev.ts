/** `npm run dev`: as the demo and with its data, but the pages are rebuilt as they are edited. */
import { runCommand } from './command';
import { startTraining } from './training';

runCommand((context) => startTraining('development', context), { staysUp: true });
