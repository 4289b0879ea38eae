package annotate

// speech finds the words of others and the wordings of positions in the text.
func (b *builder) speech(text *finder) {}
