/** npm test: the unit, medium and agreement tests. */
import { requirePackages } from './sources.mjs';
import { runTests } from './vitest.mjs';

requirePackages();
process.exitCode = runTests(['unit', 'medium', 'agreement'], process.argv.slice(2));
