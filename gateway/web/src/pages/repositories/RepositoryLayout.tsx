export default function RepositoryLayout() {
  return null;
}
