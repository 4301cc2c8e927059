package config

// Role tells what an account or a token may do.
type Role string

// The roles. Each of the first three may do what the next one may.
const (
	RoleAdministrator Role = "ADMINISTRATOR" // everything
	RoleOperator      Role = "OPERATOR"      // run, stop, decide; no credentials, policies or users
	RoleViewer        Role = "VIEWER"        // read
	RolePeer          Role = "PEER"          // a remote site: only the synchronization endpoint
)

// rank orders the roles of people; 0 = no role of a person.
var rank = map[Role]int{RoleViewer: 1, RoleOperator: 2, RoleAdministrator: 3}

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return r == RolePeer || rank[r] > 0 }

// MaySignIn tells whether accounts of this role are for people and programs of
// this site rather than for remote sites.
func (r Role) MaySignIn() bool { return rank[r] > 0 }

// lowerRole is the weaker of two roles of people: a token never outgrows its owner.
func lowerRole(a, b Role) Role {
	if rank[a] < rank[b] {
		return a
	}
	return b
}
