const shapes = {
  back: 'M15 4 7 12l8 8',
  camera: 'M4 8h3.5L9 5h6l1.5 3H20v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M4 12.5 9.5 18 20 6.5',
  pin: 'M12 21s7-6.6 7-11.5a7 7 0 1 0-14 0C5 14.4 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  refresh: 'M20 12a8 8 0 1 1-2.6-5.9M20 3v4.5h-4.5',
} as const;

/** A line drawing beside words that say the same; never alone, so it is hidden from screen readers. */
export function Icon({ name, size = 24 }: { name: keyof typeof shapes; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
