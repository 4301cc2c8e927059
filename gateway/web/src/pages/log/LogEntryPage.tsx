export default function LogEntryPage() {
  return null;
}
