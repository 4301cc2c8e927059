import { CopyButton } from "../../ui/Copy";

/** Letter is a text for the administrator of the other site, to be copied into a message. */
export function Letter({ title, lines }: { title: string; lines: (string | false)[] }) {
  const text = lines.filter((line) => line !== false).join("\n");
  return (
    <figure className="letter">
      <figcaption className="row spread">
        <strong>{title}</strong>
        <CopyButton text={text} what={title} />
      </figcaption>
      <pre dir="auto">{text}</pre>
    </figure>
  );
}
