/** Loaded before the program, lets it live `HOURS_AHEAD` hours later than the machine: tomorrow, today. */
const ahead = Number(process.env.HOURS_AHEAD ?? 0) * 3_600_000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + ahead);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + ahead;
  }
};
