import { type ReactNode, useEffect, useRef } from "react";

/** Menu opens below its button; Esc, a click elsewhere or a link inside close it. */
export function Menu({ label, className = "", children }: { label: ReactNode; className?: string; children: ReactNode }) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = element.current;
      if (!menu?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        menu.querySelector("summary")?.focus();
      } else if (event.target instanceof Element && menu.contains(event.target) && !event.target.closest("a")) return;
      menu.open = false;
    };
    document.addEventListener("click", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("click", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details className={`menu ${className}`} ref={element}>
      <summary>{label}</summary>
      <div>{children}</div>
    </details>
  );
}
