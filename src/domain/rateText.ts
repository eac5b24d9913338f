/**
 * A share in per cent with two digits, cut and never rounded up, so that 100% means all of them (domain j, trap 10):
 * '97.25%'; '—' where there is nothing to divide by.
 */
export const rateText = (share: number | null | undefined): string =>
  // A little more than the share as it is stored, so that 0.57 stays 57 per cent.
  share === null || share === undefined
    ? '—'
    : `${(Math.floor(share * 10_000 + 1e-6) / 100).toFixed(2)}%`;
