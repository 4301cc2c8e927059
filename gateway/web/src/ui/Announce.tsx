import { useEffect, useState } from "react";

import { createStore, useStore } from "../api/store";

interface Message {
  text: string;
  /** Tells two equal texts apart. */
  serial: number;
}

const said = createStore<Message | null>(null);
let serial = 0;

/** announce tells that something worked, to eyes and to ears. Errors stand where they belong, not here. */
export function announce(text: string) {
  said.set({ text, serial: ++serial });
}

/** How long a message stays to be seen. */
const shown = 6_000;

/** Announcer shows what announce says. */
export function Announcer() {
  const message = useStore(said);
  const [hidden, setHidden] = useState(0);
  useEffect(() => {
    if (!message) return;
    const timer = setTimeout(() => setHidden(message.serial), shown);
    return () => clearTimeout(timer);
  }, [message]);
  const visible = message !== null && hidden !== message.serial;
  return (
    <p className="announcer" role="status" data-shown={visible || undefined}>
      {visible ? message.text : ""}
    </p>
  );
}
