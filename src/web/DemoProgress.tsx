/** Demo progress 演示数据进度: a thin bar on every page while the demo district's history is being made. */
import { useEffect, useRef } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from './client.ts';
import './demoProgress.css';

const pause = 2_500;

export function DemoProgress({ district }: { district: string }) {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: ['demoProgress', district],
    queryFn: () => ask('progress', district, {}),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data?.share == null ? false : pause),
  });
  const share = data?.share ?? null;
  const wasRunning = useRef(false);
  useEffect(() => {
    // The last of it has been made: what is on the screen is looked up again.
    if (share === null && wasRunning.current) void queryClient.invalidateQueries();
    wasRunning.current = share !== null;
  }, [share, queryClient]);
  if (share === null) return null;
  const percent = Math.floor(share * 100);
  return (
    <div className="demo-progress" role="status">
      <progress max={100} value={percent} aria-label="演示数据生成进度" />
      <span>正在生成演示数据 {percent}%，可以照常使用</span>
    </div>
  );
}
