package blevestore

// fewest is how many documents say something of how common a word is.
const fewest = 1000

// Share estimates the share of documents, revisions among them, that hold a folded term as written, 0 to 1; below 0 while too few are
// stored to tell, or the index can't be read. It is idempotent.
func (s *Store) Share(term string) float64 {
	snap, err := s.snapshot()
	if err != nil {
		return -1
	}
	defer snap.close()
	documents, holding := uint64(0), uint64(0)
	for _, p := range snap.parts {
		documents += p.Count()
		dict, err := p.Dictionary(fieldWords)
		if err != nil {
			return -1
		}
		list, err := dict.PostingsList([]byte(term), nil, nil)
		if err != nil {
			return -1
		}
		holding += list.Count()
	}
	if documents < fewest {
		return -1
	}
	return float64(holding) / float64(documents)
}
