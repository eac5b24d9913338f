import { expect, it } from 'vitest';
import { cleanCode, followHashOf, newFollowCode, spacedCode } from './citizenClient.ts';

it('makes codes of ten signs that cannot be mistaken for one another', () => {
  const codes = Array.from({ length: 2_000 }, newFollowCode);
  for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-Z]{10}$/);
  expect(new Set(codes).size).toBe(codes.length);
  expect(new Set(codes.join('')).size).toBe(32);
});

it('reads a code as people type it: spaced, dashed, in small letters', () => {
  const code = newFollowCode();
  expect(cleanCode(spacedCode(code).toLowerCase())).toBe(code);
  expect(cleanCode(` ${code.slice(0, 5)}-${code.slice(5)} `)).toBe(code);
});

it('sends the SHA-256 of the code in capitals', async () => {
  expect(await followHashOf('ABCDEFGHJK')).toBe(
    'f57cbf1e3e471b25db4b8ad0844df41b2dae9c7d1944944d128e49294d412f66',
  );
});
