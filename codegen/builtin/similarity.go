package builtin

// similarityFunctions tell how alike two texts are.
var similarityFunctions = []*Function{
	{
		Name: "LEVENSHTEIN", Aliases: []string{"EDITDIST3", "EDIT_DISTANCE"}, Category: Similarity,
		Doc:       "Returns the least number of characters to insert, delete or replace that make a into b.",
		Overloads: []Overload{over("LEVENSHTEIN(a STRING, b STRING) -> INTEGER", call("Levenshtein"))},
		Examples:  ex(`LEVENSHTEIN('kitten', 'sitting')`, `3`, `LEVENSHTEIN('', 'abc')`, `3`),
	},
	{
		Name: "DAMERAU_LEVENSHTEIN", Category: Similarity,
		Doc:       "Returns the least number of characters to insert, delete, replace or swap with a neighbour that make a into b.",
		Overloads: []Overload{over("DAMERAU_LEVENSHTEIN(a STRING, b STRING) -> INTEGER", call("DamerauLevenshtein"))},
		Examples:  ex(`DAMERAU_LEVENSHTEIN('abcd', 'acbd')`, `1`, `DAMERAU_LEVENSHTEIN('ca', 'abc')`, `2`),
	},
	{
		Name: "HAMMING", Aliases: []string{"MISMATCHES"}, Category: Similarity,
		Doc:       "Returns the number of places at which two texts of one length differ. Different lengths are an error.",
		Overloads: []Overload{over("HAMMING(a STRING, b STRING) -> INTEGER", try("Hamming"))},
		Examples:  ex(`HAMMING('duck', 'luck')`, `1`),
	},
	{
		Name: "JARO_SIMILARITY", Category: Similarity,
		Doc:       "Returns the similarity of Jaro, from 0 to 1: how many characters both texts have at about the same place.",
		Overloads: []Overload{over("JARO_SIMILARITY(a STRING, b STRING) -> FLOAT", call("Jaro"))},
		Examples:  ex(`JARO_SIMILARITY('abc', 'abc')`, `1e0`, `JARO_SIMILARITY('abc', 'xyz')`, `0e0`),
	},
	{
		Name: "JARO_WINKLER_SIMILARITY", Category: Similarity,
		Doc:       "Returns the similarity of Jaro and Winkler, from 0 to 1: that of Jaro, and more where the texts start alike.",
		Overloads: []Overload{over("JARO_WINKLER_SIMILARITY(a STRING, b STRING) -> FLOAT", call("JaroWinkler"))},
		Examples:  ex(`JARO_WINKLER_SIMILARITY('duck', 'duck')`, `1e0`, `JARO_WINKLER_SIMILARITY('abc', 'xyz')`, `0e0`),
	},
	{
		Name: "JACCARD", Category: Similarity,
		Doc:       "Returns the number of different characters that both texts have, divided by the number that either has. An empty text is an error.",
		Overloads: []Overload{over("JACCARD(a STRING, b STRING) -> FLOAT", try("Jaccard"))},
		Examples:  ex(`JACCARD('abc', 'bcd')`, `0.5e0`),
	},
	{
		Name: "SOUNDEX", Category: Similarity,
		Doc:       "Returns the first letter of s and three digits for the sound of what follows, for names that are spelt in several ways.",
		Overloads: []Overload{over("SOUNDEX(s STRING) -> STRING", arena("Soundex"))},
		Examples:  ex(`SOUNDEX('Robert')`, `'R163'`, `SOUNDEX('Rupert')`, `'R163'`, `SOUNDEX('Ashcraft')`, `'A261'`),
	},
}
