/** A program of its own that sends one letter and says what came of it; it trusts what it is told to by its environment. */
import type { Sending } from '../notices/answer.ts';
import { sendLetter, type Letter, type SmtpSettings } from '../notices/smtp.ts';

const { settings, letter, sending } = JSON.parse(process.argv[2] ?? '') as {
  settings: SmtpSettings;
  letter: Letter;
  sending: Sending;
};
process.stdout.write(JSON.stringify(await sendLetter(settings, letter, sending)));
