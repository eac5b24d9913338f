/**
 * Demo pictures 演示照片: small drawings of a street with and without the problem, so that the demo
 * district has photos of its own. Drawn without letters; the same seed draws the same picture.
 */
import sharp from 'sharp';

export type Scene = 'before' | 'after';

const width = 640;
const height = 480;
const walls = ['#b9b2a3', '#a8b0b5', '#c2ab95', '#aab39c'];
const bags = ['#3d4246', '#7a5c3e', '#4d6b8a', '#8a4b45', '#6a7d4f'];

/** A small repeatable sequence of numbers from 0 to 1. */
function sequence(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(list: readonly T[], share: number): T =>
  list[Math.floor(share * list.length)] as T;

function houses(next: () => number): string {
  const doors = [90, 300, 510].map((x) => x + Math.round(next() * 40));
  return doors
    .map(
      (x) => `<rect x="${x}" y="150" width="56" height="110" fill="#6d4a3a"/>
        <rect x="${x - 70}" y="165" width="48" height="48" fill="#cfe0ea" stroke="#7c7c78" stroke-width="4"/>`,
    )
    .join('');
}

function mess(next: () => number): string {
  const left = 120 + next() * 240;
  return Array.from({ length: 9 }, () => {
    const x = Math.round(left + next() * 200);
    const y = Math.round(300 + next() * 70);
    const size = Math.round(18 + next() * 26);
    return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${Math.round(size * 0.7)}" fill="${pick(bags, next())}"/>`;
  }).join('');
}

/** A JPEG of 640 × 480. `seed` chooses wall, doors and what lies about. */
export async function drawPicture(scene: Scene, seed: number): Promise<Buffer> {
  const next = sequence(seed + 1);
  const wall = pick(walls, next());
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="120" fill="#dfe9ef"/>
    <rect y="90" width="${width}" height="180" fill="${wall}"/>
    <rect y="78" width="${width}" height="16" fill="#6f6a64"/>
    ${houses(next)}
    <rect y="270" width="${width}" height="110" fill="#d5d0c6"/>
    <rect y="372" width="${width}" height="10" fill="#efece4"/>
    <rect y="382" width="${width}" height="98" fill="#5d6064"/>
    ${scene === 'before' ? mess(next) : '<rect x="560" y="290" width="40" height="60" rx="6" fill="#3f7d4e"/>'}
  </svg>`;
  return sharp(Buffer.from(drawing)).jpeg({ quality: 80 }).toBuffer();
}
