package inbound

import (
	"strings"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// ruleFor is the rule that applies to a push. A task of our own for the repository and resource decides, whatever
// its mode is. Without one the sender's rule is taken as seen from here: its THIS is our OTHER.
func ruleFor(repository transfer.Repository, resource string, q query) (policy.Rule, error) {
	if task, ok := repository.Task(resource); ok {
		return policy.Rule{
			Strategy: task.Rule.Strategy,
			Update:   orPolicy(task.Rule.Update, policy.Newer),
			Conflict: orPolicy(task.Rule.Conflict, policy.Master),
		}, nil
	}
	strategy, err := strategyOf(q.get("strategy"))
	if err != nil {
		return policy.Rule{}, err
	}
	return policy.Rule{
		Strategy: strategy,
		Update:   orPolicy(sentPolicy(q, "update_policy"), policy.Newer),
		Conflict: orPolicy(sentPolicy(q, "conflict_policy"), policy.Master),
	}, nil
}

func orPolicy(p, preset policy.Policy) policy.Policy {
	if p.Valid() {
		return p
	}
	return preset
}

func sentPolicy(q query, parameter string) policy.Policy {
	return policy.Policy(strings.ToUpper(q.get(parameter))).Inverted()
}

// strategyOf reads the methods that the sender allows; unknown names among them are left out. A list of unknown
// names only is refused, because it means neither everything nor nothing.
func strategyOf(list string) (policy.Strategy, error) {
	if list == "" {
		return policy.All, nil
	}
	var allowed policy.Strategy
	for name := range strings.SplitSeq(list, ",") {
		if method, err := policy.ParseStrategy(name); err == nil {
			allowed |= method
		}
	}
	if allowed == 0 {
		return 0, unreadable("strategy=%.60q names no known method; known are create, update, delete, merge", list)
	}
	return allowed, nil
}
