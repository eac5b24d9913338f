import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Modules of some packages, wherever they are installed. */
const libraryOf = (names: readonly string[]): RegExp =>
  new RegExp(`/node_modules/(${names.join('|')})/`);

export default defineConfig({
  root: path('./src/web'),
  plugins: [react()],
  build: {
    outDir: path('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        strictExecutionOrder: true,
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'antd',
              test: libraryOf([
                'antd',
                '@ant-design',
                '@rc-component',
                'dayjs',
                '@emotion',
                'stylis',
                '@babel',
              ]),
            },
            {
              name: 'react',
              test: libraryOf([
                'react',
                'react-dom',
                'scheduler',
                '@tanstack',
                'zod',
                'uuid',
                'use-sync-external-store',
              ]),
            },
            { name: 'office', test: /\/src\/web\/(desk|unit|admin|OfficeShell)/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: 'http://127.0.0.1:3000' } },
  },
});
