export default function ConflictsPage() {
  return null;
}
