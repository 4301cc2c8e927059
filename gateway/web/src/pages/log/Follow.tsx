import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { LinkState } from "../../ui/LinkState";
import { Loaded } from "../../ui/Loaded";
import type { ListProps } from "./History";
import { LogTable } from "./LogTable";
import { Nothing } from "./Nothing";
import { selectionOf } from "./search";
import { most, type Tail } from "./tail";
import { useTail } from "./useTail";

/** Follow shows entries as they are written. Who has scrolled away reads on undisturbed: what is new waits at the top. */
export function Follow({ search, change, fixed }: ListProps) {
  const { query, link, error, hold, show } = useTail(selectionOf(search));
  const top = useTop(hold);
  const reveal = () => {
    show();
    top.current?.scrollIntoView();
    top.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <p ref={top} className="log-top" tabIndex={-1}>
        <LinkState link={link} />
      </p>
      {error !== undefined && <ErrorNote error={error} onRetry={() => location.reload()} />}
      <Loaded query={query} rows={9}>
        {(tail) => (
          <>
            <NewEntries waiting={tail.waiting.length} onShow={reveal} />
            {tail.shown.length === 0 ? (
              <Nothing search={search} change={change} fixed={fixed} />
            ) : (
              <LogTable entries={tail.shown} search={search} />
            )}
            <Kept tail={tail} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** useTop tells whether the top of the list is out of sight. */
function useTop(hold: (away: boolean) => void) {
  const top = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (!top.current) return;
    const watch = new IntersectionObserver(([entry]) =>
      hold(entry !== undefined && !entry.isIntersecting && entry.boundingClientRect.top < 0),
    );
    watch.observe(top.current);
    return () => watch.disconnect();
  }, [hold]);
  return top;
}

function NewEntries({ waiting, onShow }: { waiting: number; onShow(): void }) {
  const { t } = useTranslation("log");
  const format = useFormat();
  return (
    <>
      <p role="status" className="unseen">
        {waiting > 0 ? t("newWait") : ""}
      </p>
      {waiting > 0 && (
        <p className="log-new">
          <Button look="main" onClick={onShow}>
            {t("newEntries", { count: waiting, formatted: format.number(waiting) })}
          </Button>
        </p>
      )}
    </>
  );
}

function Kept({ tail }: { tail: Tail }) {
  const { t } = useTranslation("log");
  if (tail.shown.length < most) return null;
  return <p className="hint">{t("kept", { count: most })}</p>;
}
