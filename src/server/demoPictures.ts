/**
 * Demo pictures 演示照片: small drawings of a street with and without the problem, so that the demo
 * district has photos of its own. Drawn without letters; the same seed draws the same picture.
 */
import sharp from 'sharp';

export type Scene = 'before' | 'after';

/** Pixels of every drawing. */
export const pictureSize = { width: 560, height: 420 };
/** Different drawings of each subject in each scene. */
export const pictureVariants = 2;

const { width, height } = pictureSize;
const quality = 72;

type Next = () => number;

/** A small repeatable sequence of numbers from 0 to 1. */
function sequence(seed: number): Next {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(list: readonly T[], next: Next): T => list[Math.floor(next() * list.length)] as T;
const near = (next: Next, from: number, to: number): number =>
  Math.round(from + next() * (to - from));
const many = (count: number, draw: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => draw(n)).join('');

const rect = (
  x: number,
  y: number,
  w: number,
  h: number,
  fill: string,
  more: string = '',
): string => `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`;
const round = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
const line = (d: string, stroke: string, thick: number): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${thick}" stroke-linecap="round"/>`;

const walls = ['#b9b2a3', '#a8b0b5', '#c2ab95', '#aab39c', '#bfa79f', '#9fa6a0'];
const skies = ['#dfe9ef', '#cfdde8', '#e9e6dc', '#d6dbde'];
const colors = ['#3d4246', '#7a5c3e', '#4d6b8a', '#8a4b45', '#6a7d4f', '#c07a3a', '#5b4f78'];

/** A wall with windows and doors, a pavement with a curb, the road. */
function street(next: Next): string {
  const pave = pick(['#d5d0c6', '#cdc9c4', '#d8cfc0'], next);
  return [
    rect(0, 0, width, 110, pick(skies, next)),
    rect(0, 80, width, 160, pick(walls, next)),
    rect(0, 68, width, 14, '#6f6a64'),
    many(3, (n) => {
      const x = 60 + n * 170 + near(next, 0, 40);
      const door = pick(['#6d4a3a', '#54646b', '#7d3b33'], next);
      return (
        rect(x, 132, 50, 100, door) +
        rect(x - 62, 145, 42, 42, '#cfe0ea', 'stroke="#7c7c78" stroke-width="4"')
      );
    }),
    rect(0, 236, width, 100, pave),
    many(9, (n) => line(`M${n * 70 - 20} 336 L${n * 70 + 14} 236`, '#bdb7ac', 1)),
    rect(0, 330, width, 9, '#efece4'),
    rect(0, 339, width, 81, '#5d6064'),
  ].join('');
}

/** A corridor with doors and a lamp. */
const corridor = (next: Next): string =>
  [
    rect(0, 0, width, height, pick(['#d9d4c8', '#d3d8d6', '#e0d6cc'], next)),
    `<polygon points="0,420 560,420 380,200 180,200" fill="#b7afa3"/>`,
    `<polygon points="0,0 560,0 380,90 180,90" fill="#eceae4"/>`,
    rect(180, 90, 200, 110, '#c8c2b6'),
    rect(235, 110, 90, 90, '#8c8f92'),
    rect(60, 120, 70, 220, pick(['#6d4a3a', '#4f5e66'], next)),
    rect(430, 120, 70, 220, pick(['#6d4a3a', '#4f5e66'], next)),
    round(280, 40, 30, 8, '#fff6d6'),
  ].join('');

const bag = (next: Next, x: number, y: number): string => {
  const size = near(next, 14, 30);
  return round(x, y, size, Math.round(size * 0.75), pick(colors, next));
};
const bin = (x: number, y: number, fill: string): string =>
  rect(x, y, 38, 56, fill, 'rx="6"') + rect(x - 3, y - 8, 44, 10, '#2f3437', 'rx="4"');
const bike = (x: number, y: number, fill: string, isDown: boolean): string =>
  `<g transform="translate(${x} ${y}) rotate(${isDown ? 62 : 0})">
    ${round(0, 0, 20, 20, 'none', 'stroke="#2b2e31" stroke-width="4"')}
    ${round(58, 0, 20, 20, 'none', 'stroke="#2b2e31" stroke-width="4"')}
    ${line('M0 0 L22 -30 L50 -30 L58 0 M22 -30 L30 0 L50 -30 M50 -30 L48 -44 M18 -36 L28 -36', fill, 5)}</g>`;
const car = (x: number, y: number, fill: string): string =>
  rect(x, y, 150, 38, fill, 'rx="10"') +
  `<path d="M${x + 26} ${y} L${x + 46} ${y - 28} L${x + 104} ${y - 28} L${x + 128} ${y} Z" fill="${fill}"/>` +
  rect(x + 52, y - 22, 46, 20, '#cfe0ea') +
  round(x + 32, y + 38, 15, 15, '#22262a') +
  round(x + 118, y + 38, 15, 15, '#22262a');
const pole = (x: number, top: number, bottom: number): string =>
  rect(x, top, 8, bottom - top, '#6b7176');
const tree = (x: number, fill: string): string =>
  rect(x - 7, 170, 14, 120, '#6b4f38') +
  round(x, 130, 58, 50, fill) +
  round(x - 30, 158, 34, 28, fill) +
  round(x + 32, 156, 34, 28, fill);

interface Drawn {
  ground?: (next: Next) => string;
  before(next: Next): string;
  after(next: Next): string;
}

const subjects: Record<string, Drawn> = {
  waste: {
    before: (next) => {
      const left = near(next, 80, 300);
      return (
        bin(left - 50, 232, '#4f7d5a') +
        many(10, () => bag(next, left + near(next, 0, 170), near(next, 262, 318)))
      );
    },
    after: () => bin(420, 240, '#3f7d4e') + bin(466, 240, '#4d6b8a'),
  },
  stall: {
    before: (next) => {
      const x = near(next, 90, 250);
      return (
        `<path d="M${x - 40} 190 L${x + 90} 130 L${x + 220} 190 Z" fill="${pick(colors, next)}"/>` +
        pole(x + 86, 150, 290) +
        rect(x, 250, 190, 14, '#8b6b47') +
        many(14, () =>
          round(x + near(next, 6, 184), near(next, 238, 250), 9, 9, pick(colors, next)),
        ) +
        rect(x + 8, 264, 10, 40, '#5f4a33') +
        rect(x + 170, 264, 10, 40, '#5f4a33')
      );
    },
    after: (next) => rect(near(next, 420, 480), 250, 50, 40, '#5f8f5f', 'rx="6"'),
  },
  bikes: {
    before: (next) =>
      many(6, (n) => bike(60 + n * 75, near(next, 272, 312), pick(colors, next), next() < 0.55)),
    after: (next) => {
      const fill = pick(['#2f8f6b', '#d2a12e', '#3f74b8'], next);
      return (
        many(6, (n) => bike(50 + n * 82, 296, fill, false)) + line('M20 322 L540 322', '#ffffff', 4)
      );
    },
  },
  poster: {
    before: (next) =>
      many(15, () => {
        const turn = near(next, -12, 12);
        const [x, y] = [near(next, 20, 500), near(next, 92, 200)];
        const paper = pick(['#fff', '#f6e27a', '#f4b6b6', '#cfe6f7'], next);
        return (
          rect(x, y, 34, 26, paper, `transform="rotate(${turn} ${x} ${y})" stroke="#999"`) +
          line(`M${x + 5} ${y + 9} h22 M${x + 5} ${y + 17} h16`, '#b33', 2)
        );
      }),
    after: () => '',
  },
  road: {
    before: (next) => {
      const x = near(next, 120, 360);
      return (
        `<path d="M${x} 372 l40 -20 l70 6 l30 22 l-50 22 l-70 -4 z" fill="#33363a"/>` +
        `<path d="M${x + 24} 372 l28 -10 l48 4 l14 10 l-40 10 z" fill="#6b5b45"/>` +
        line(`M${x - 60} 380 l30 -8 l30 4 M${x + 140} 366 l40 -14 l30 10`, '#2d3033', 3)
      );
    },
    after: (next) => rect(near(next, 150, 330), 350, 150, 44, '#45484c', 'rx="4"'),
  },
  cover: {
    before: (next) => {
      const x = near(next, 170, 360);
      return (
        round(x, 376, 46, 20, '#17191b') +
        round(x + 62, 370, 44, 17, '#7d8185', `transform="rotate(-14 ${x + 62} 370)"`) +
        many(6, () => round(x + near(next, -70, 80), near(next, 352, 400), 5, 3, '#8a7d68'))
      );
    },
    after: (next) => {
      const x = near(next, 190, 380);
      return (
        round(x, 376, 48, 21, '#7d8185', 'stroke="#3b3f43" stroke-width="4"') +
        many(4, (n) => line(`M${x - 30} ${366 + n * 7} h60`, '#5d6165', 2))
      );
    },
  },
  lamp: {
    before: (next) =>
      rect(0, 0, width, height, '#0d1524', 'opacity="0.62"') +
      pole(near(next, 150, 400), 40, 332) +
      `<path d="M${near(next, 150, 180)} 60 h60" stroke="#555" stroke-width="6"/>`,
    after: (next) => {
      const x = near(next, 160, 380);
      return (
        rect(0, 0, width, height, '#0d1524', 'opacity="0.45"') +
        pole(x, 50, 332) +
        `<path d="M${x} 60 h54 L${x + 150} 336 L${x - 60} 336 Z" fill="#ffe9a8" opacity="0.5"/>` +
        round(x + 48, 60, 22, 9, '#fff3c4')
      );
    },
  },
  tree: {
    before: (next) => {
      const x = near(next, 150, 380);
      return (
        tree(x, pick(['#7d7a4f', '#8a7f4d', '#5f7a4f'], next)) +
        line(`M${x + 30} 170 L${x + 130} 300 L${x + 170} 304`, '#5a412d', 11) +
        round(x + 160, 300, 44, 18, '#7f8a4f')
      );
    },
    after: (next) => tree(near(next, 160, 390), '#4f8a54'),
  },
  water: {
    before: (next) =>
      round(near(next, 220, 340), 350, near(next, 190, 250), 46, '#7e98a8') +
      round(near(next, 180, 300), 346, 130, 22, '#9fb6c4') +
      round(near(next, 330, 400), 362, 60, 10, '#b9ccd8'),
    after: (next) => round(near(next, 200, 360), 352, 60, 10, '#54575b'),
  },
  site: {
    before: (next) =>
      rect(0, 170, 150, 80, '#3f74b8') +
      rect(430, 170, 130, 80, '#3f74b8') +
      `<path d="M120 300 Q${near(next, 210, 260)} ${near(next, 120, 160)} 440 300 Z" fill="#a58a62"/>` +
      many(9, () =>
        round(
          near(next, 80, 480),
          near(next, 60, 160),
          near(next, 30, 70),
          24,
          '#c9bda4',
          'opacity="0.5"',
        ),
      ),
    after: () =>
      rect(0, 170, width, 80, '#3f74b8') +
      `<path d="M130 300 Q240 170 430 300 Z" fill="#4d8a57"/>` +
      many(7, (n) => line(`M${150 + n * 40} 300 l30 -60`, '#3c6f46', 2)),
  },
  corridor: {
    ground: corridor,
    before: (next) =>
      many(7, () => {
        const x = near(next, 110, 380);
        return rect(
          x,
          near(next, 250, 320),
          near(next, 40, 70),
          near(next, 40, 70),
          pick(colors, next),
          'rx="3"',
        );
      }) + bike(330, 340, '#8a4b45', false),
    after: (next) => round(280, 330, near(next, 90, 130), 16, '#c7c0b4'),
  },
  wire: {
    before: (next) =>
      pole(70, 30, 330) +
      pole(480, 30, 330) +
      many(6, (n) =>
        line(
          `M74 ${50 + n * 8} Q${near(next, 220, 340)} ${near(next, 150, 290)} 484 ${52 + n * 8}`,
          '#24272a',
          3,
        ),
      ) +
      line(`M${near(next, 200, 300)} 180 q-30 60 10 110 q30 20 10 40`, '#24272a', 4),
    after: () =>
      pole(70, 30, 330) +
      pole(480, 30, 330) +
      many(3, (n) => line(`M74 ${48 + n * 6} Q280 ${70 + n * 6} 484 ${48 + n * 6}`, '#24272a', 3)),
  },
  car: {
    before: (next) =>
      car(near(next, 40, 110), 268, pick(colors, next)) +
      car(near(next, 300, 370), 262, pick(['#d9dcdf', '#b23a3a', '#2f3437'], next)),
    after: () => line('M20 300 L540 300', '#e0b84a', 12),
  },
  pile: {
    before: (next) =>
      `<path d="M90 316 Q${near(next, 150, 200)} 190 310 316 Z" fill="#b59a72"/>` +
      many(16, () =>
        rect(
          near(next, 260, 430),
          near(next, 250, 308),
          30,
          14,
          pick(['#a4553e', '#8f4a38', '#b7a38a'], next),
        ),
      ) +
      line('M330 250 L500 306 M320 262 L480 312', '#7a5c3e', 8),
    after: (next) => round(near(next, 200, 340), 300, 90, 10, '#c6bfb2'),
  },
  shed: {
    before: (next) => {
      const x = near(next, 130, 260);
      return (
        rect(x, 130, 190, 170, pick(['#7fa3c4', '#b5bcc2', '#c9b48f'], next)) +
        `<polygon points="${x - 16},134 ${x + 206},110 ${x + 206},128 ${x - 16},150" fill="#3f6ea8"/>` +
        many(5, (n) => rect(x + 12 + n * 36, 140, 4, 158, '#6c7c8a')) +
        rect(x + 70, 220, 44, 80, '#54463a')
      );
    },
    after: (next) =>
      many(8, () => rect(near(next, 140, 380), near(next, 290, 312), 18, 8, '#b9a58c')),
  },
  facility: {
    before: (next) => {
      const x = near(next, 120, 300);
      return many(5, (n) => {
        const isDown = n === 2 || n === 3;
        return `<g transform="rotate(${isDown ? 58 : 0} ${x + n * 46} 300)">${rect(x + n * 46, 240, 7, 62, '#e3e6e8')}${rect(x + n * 46, 250, 44, 6, '#c8ccd0')}${rect(x + n * 46, 276, 44, 6, '#c8ccd0')}</g>`;
      });
    },
    after: (next) => {
      const x = near(next, 90, 220);
      return many(
        6,
        (n) =>
          rect(x + n * 46, 240, 7, 62, '#f2f4f5') +
          rect(x + n * 46, 250, 44, 6, '#d7dbde') +
          rect(x + n * 46, 276, 44, 6, '#d7dbde'),
      );
    },
  },
};

/** What a picture may show. */
export const pictureSubjects: readonly string[] = Object.keys(subjects);

/** A JPEG of 560 × 420. `subject` is one of {@link pictureSubjects}; `seed` chooses wall, doors and what lies about. */
export async function drawPicture(subject: string, scene: Scene, seed: number): Promise<Buffer> {
  const next = sequence(seed * 31 + subject.length * 7 + (subject.codePointAt(0) ?? 0) + 1);
  const drawn = subjects[subject];
  if (!drawn) throw new Error(`no picture of ${subject}`);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    ${(drawn.ground ?? street)(next)}
    ${drawn[scene](next)}
  </svg>`;
  return sharp(Buffer.from(drawing)).jpeg({ quality }).toBuffer();
}
