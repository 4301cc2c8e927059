export default function RepositoryLogPage() {
  return null;
}
