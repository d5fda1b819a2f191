/** `npm run demo`: the product with invented data against the stand; needs nothing but `npm ci`. */
import { runCommand } from './command';
import { startTraining } from './training';

runCommand((context) => startTraining('production', context), { staysUp: true });
