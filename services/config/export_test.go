package config

// What tests of the pure rules look at.
var (
	DelayAfter        = delayAfter
	NetworkOf         = networkOf
	PairSubject       = pairSubject
	CheckCondition    = checkCondition
	CheckCertificates = checkCertificates
	HashOfCode        = hashOfCode
	OneLine           = oneLine
)

// Learned tells what becomes of an identifier that a remote site named:
// "kept", "learned" or "differs".
func Learned(r Repository, sender string) string {
	return [...]string{"kept", "learned", "differs"}[r.learn(sender)]
}

// DescribeUpdate is what the audit log says about a change of a repository.
func DescribeUpdate(before, after Repository) string {
	return describe(diff(before.attributes(), after.attributes()))
}

// DescribeNew is what it says about a new one.
func DescribeNew(r Repository) string { return describe(diff(nil, r.attributes())) }
