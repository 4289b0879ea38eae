package annotate

// position is a wording by which somebody supports, opposes or sets conditions. Positions are bytes.
type position struct{ from, to int }

// positions finds them.
func (s *speechFinder) positions() {}
