import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, hookTimeout: 120_000, environment: 'node' as const },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['src/domain/**/*.test.ts', 'src/web/**/*.test.ts'], 20_000),
      project('medium', ['src/server/**/*.medium.test.ts'], 60_000),
      project('agreement', ['test/*.test.ts'], 60_000),
      project('e2e', ['test/e2e/**/*.e2e.ts'], 240_000),
    ],
  },
});
