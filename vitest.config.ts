import { defineConfig } from 'vitest/config';

const project = (
  name: string,
  include: string[],
  testTimeout: number,
  globalSetup: string[] = [],
) => ({
  test: {
    name,
    include,
    testTimeout,
    globalSetup,
    hookTimeout: 120_000,
    environment: 'node' as const,
  },
});

const cluster = ['src/server/testing/cluster.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['src/domain/**/*.test.ts', 'src/web/**/*.test.ts'], 20_000),
      project('medium', ['src/server/**/*.medium.test.ts'], 60_000, cluster),
      project('agreement', ['test/*.test.ts'], 60_000, cluster),
      project('e2e', ['test/e2e/**/*.e2e.ts'], 240_000),
    ],
  },
});
