import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";

interface DialogProps {
  title: string;
  open: boolean;
  onClose(): void;
  children: ReactNode;
  /** Whether Esc leaves it. */
  closable?: boolean;
}

/** Dialog is the browser's own: it keeps the focus inside, and gives it back to what opened it. */
export function Dialog({ title, open, onClose, children, closable = true }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (!open) return;
    const opener = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (closable) onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps extends Omit<DialogProps, "closable"> {
  /** What the button does, in the words of its outcome. */
  action: string;
  danger?: boolean;
  busy?: boolean;
  /** Whether what is asked for has been given, such as a name that must be typed. */
  ready?: boolean;
  onConfirm(): void;
}

/** ConfirmDialog says what will happen and asks once. */
export function ConfirmDialog({ action, danger, busy, ready = true, onConfirm, children, ...dialog }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...dialog}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        {children}
        <p className="actions">
          <Button type="submit" look={danger ? "danger" : "main"} busy={busy} disabled={!ready}>
            {action}
          </Button>
          <Button onClick={dialog.onClose}>{t("cancel")}</Button>
        </p>
      </form>
    </Dialog>
  );
}
