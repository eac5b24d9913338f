import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ProblemError } from './client.ts';
import { router } from './routes.tsx';
import { sessionKey } from './session.tsx';
import './main.css';

const isSignedOut = (error: Error): boolean =>
  error instanceof ProblemError && error.status === 401;

const onError = (error: Error): void => {
  if (isSignedOut(error)) queryClient.setQueryData(sessionKey, null);
};

/** A refusal does not change by asking again; reading after a broken line was tried by the client. */
const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { staleTime: 5_000, retry: false, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

const element = document.getElementById('root');
if (!element) throw new Error('no element #root in index.html');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
