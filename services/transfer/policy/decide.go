package policy

// Decide says what becomes of one incoming version. The first row that matches wins:
//
//  1. same content                                  → unchanged
//  2. not here, incoming is a deletion              → unchanged
//  3. decided before under this rule, or held before (unless OTHER makes the remote site authoritative, or it is the
//     originator's last word under MASTER) → unchanged
//  4. method not in the strategy                    → skipped
//  5. not here                                      → created (MASTER: only from the originator)
//  6. both sides changed                            → conflict; the conflict policy alone decides
//  7. otherwise                                     → the update policy decides
func Decide(s Situation) Decision {
	s.Incoming.MCI = s.incomingMCI()
	switch {
	case s.Local != nil && s.sameContent():
		return Decision{Outcome: Unchanged, Reason: SameContent, Touch: s.Incoming.ModifiedOn.After(s.Local.ModifiedOn)}
	case s.Local == nil && s.Incoming.Deleted:
		return Decision{Outcome: Unchanged, Reason: NotHere}
	case s.delivered():
		return Decision{Outcome: Unchanged, Reason: AlreadyDelivered}
	case !s.Rule.Strategy.Has(s.method()):
		return Decision{Outcome: Skipped, Reason: NotInStrategy}
	case s.Local == nil:
		return s.create()
	case s.LocalChanged && (s.Seen == New || s.lastWord()):
		take, reason := s.resolve(s.Rule.Conflict)
		return Decision{Outcome: Conflict, Reason: reason, Take: take}
	default:
		return s.update()
	}
}

// incomingMCI reads a deletion without MCI from the repository that gave us the record as the originator's, so
// that deletions travel under MASTER: a real Eden never sends an MCI with a deletion.
func (s *Situation) incomingMCI() int {
	if s.Incoming.Deleted && !s.HasMCI && s.FromOrigin {
		return 1
	}
	return s.Incoming.MCI
}

func (s *Situation) sameContent() bool {
	return s.Local.Deleted == s.Incoming.Deleted && s.Local.Hash == s.Incoming.Hash
}

func (s *Situation) delivered() bool {
	switch s.Seen {
	case DecidedBefore:
		return true
	case HeldBefore, HeldApart:
		return s.Rule.Update != Other && !s.lastWord()
	default:
		return false
	}
}

// lastWord tells whether MASTER hears from the originator what was here before, but not from there, or what is younger
// than ours: then the originator is not behind but has come to the same content by itself.
func (s *Situation) lastWord() bool {
	return s.Rule.Update == Master && s.Incoming.MCI == 1 && s.Local != nil && s.Local.MCI != 0 &&
		(s.Seen == HeldApart || s.Incoming.ModifiedOn.After(s.Local.ModifiedOn))
}

func (s *Situation) method() Strategy {
	switch {
	case s.Local == nil:
		return Create
	case s.Incoming.Deleted && s.Incoming.ReplacedBy != "":
		return Merge
	case s.Incoming.Deleted:
		return Delete
	default:
		return Update
	}
}

func (s *Situation) create() Decision {
	if s.Rule.Update == Master && s.Incoming.MCI != 1 {
		return Decision{Outcome: Skipped, Reason: NotFromMaster}
	}
	return Decision{Outcome: Created, Reason: NewRecord, Take: true}
}

func (s *Situation) update() Decision {
	take, reason := s.resolve(s.Rule.Update)
	switch {
	case !take:
		return Decision{Outcome: Skipped, Reason: reason}
	case s.Incoming.Deleted:
		return Decision{Outcome: Deleted, Reason: reason, Take: true}
	default:
		return Decision{Outcome: Updated, Reason: reason, Take: true}
	}
}

// resolve is the rule by which a policy chooses between two existing versions. An unknown policy keeps what is
// here: nothing is overwritten by a setting that nobody understands.
func (s *Situation) resolve(p Policy) (take bool, reason Reason) {
	switch p {
	case Other:
		return true, PolicyOther
	case Newer:
		return s.newer()
	case Master:
		if s.Local.MCI != 0 && s.Incoming.MCI == 1 {
			return true, FromMaster
		}
		return false, NotFromMaster
	default:
		return false, PolicyThis
	}
}

// newer compares the originators' times. On a tie the copy nearer to the originator wins, then the smaller
// content hash: both are the same seen from either side, so two sites that exchange in any order agree.
func (s *Situation) newer() (take bool, reason Reason) {
	local, in := s.Local, s.Incoming
	switch {
	case in.ModifiedOn.After(local.ModifiedOn):
		return true, IncomingNewer
	case local.ModifiedOn.After(in.ModifiedOn):
		return false, LocalNewer
	case in.MCI-1 != local.MCI:
		return in.MCI-1 < local.MCI, NearerOrigin
	default:
		return in.Hash < local.Hash, SmallerHash
	}
}
