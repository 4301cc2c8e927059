export default function ConflictPage() {
  return null;
}
