import type { MouseEvent, ReactNode } from 'react';
import { useRouter } from '@tanstack/react-router';

/** Goes to an address inside the product. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const { history } = useRouter();
  return (href, { replace = false } = {}) => (replace ? history.replace(href) : history.push(href));
}

interface LinkProps {
  href: string;
  children: ReactNode;
  className?: string;
  isCurrent?: boolean;
  label?: string;
  onGo?: () => void;
}

/** A link inside the product: a plain address, followed without loading the page anew. */
export function Link({ href, children, className, isCurrent, label, onGo }: LinkProps) {
  const go = useGo();
  const onClick = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey
    )
      return;
    event.preventDefault();
    onGo?.();
    go(href);
  };
  return (
    <a
      href={href}
      className={className}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </a>
  );
}
