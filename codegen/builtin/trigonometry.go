package builtin

// angleFunctions are those of angles and hyperbolas. Angles are in radians.
var angleFunctions = []*Function{
	ofFloat("ASIN", "Returns the angle, from -π/2 to π/2, whose sine is x. An x outside of -1 to 1 is an error.", try("Asin"), `ASIN(0)`, `0e0`),
	ofFloat("ACOS", "Returns the angle, from 0 to π, whose cosine is x. An x outside of -1 to 1 is an error.", try("Acos"), `ACOS(1)`, `0e0`),
	ofFloat("ATAN", "Returns the angle, from -π/2 to π/2, whose tangent is x.", call("math.Atan"), `ATAN(0)`, `0e0`),
	ofFloat("COT", "Returns the cotangent of x, an angle in radians. An x of 0 is an error.", try("Cot"), `ROUND(COT(RADIANS(45)), 9)`, `1e0`),
	ofFloat("SINH", "Returns the hyperbolic sine of x.", try("Sinh"), `SINH(0)`, `0e0`),
	ofFloat("COSH", "Returns the hyperbolic cosine of x.", try("Cosh"), `COSH(0)`, `1e0`),
	ofFloat("TANH", "Returns the hyperbolic tangent of x.", call("math.Tanh"), `TANH(0)`, `0e0`),
	ofFloat("ASINH", "Returns the number whose hyperbolic sine is x.", call("math.Asinh"), `ASINH(0)`, `0e0`),
	ofFloat("ACOSH", "Returns the number, from 0 on, whose hyperbolic cosine is x. An x below 1 is an error.", try("Acosh"), `ACOSH(1)`, `0e0`),
	ofFloat("ATANH", "Returns the number whose hyperbolic tangent is x. An x outside of -1 to 1 is an error.", try("Atanh"), `ATANH(0)`, `0e0`),
	ofFloat("DEGREES", "Returns x, an angle in radians, in degrees.", call("Degrees"), `DEGREES(PI())`, `180e0`),
	ofFloat("RADIANS", "Returns x, an angle in degrees, in radians.", call("Radians"), `RADIANS(180)`, `3.141592653589793e0`),
	{
		Name: "GEO_DISTANCE", Aliases: []string{"HAVERSINE"}, Category: Math,
		Doc:       "Returns the distance in kilometres of two places, in degrees of latitude and longitude, along the surface of a round earth.",
		Overloads: []Overload{over("GEO_DISTANCE(lat1 FLOAT, lon1 FLOAT, lat2 FLOAT, lon2 FLOAT) -> FLOAT", try("GeoDistance"))},
		Examples:  ex(`ROUND(GEO_DISTANCE(52.52, 13.405, 48.137, 11.575), 1)`, `504.3e0`, `GEO_DISTANCE(10, 20, 10, 20)`, `0e0`),
	},
}

// ofFloat is a function of one FLOAT.
func ofFloat(name, doc string, e Emitter, example ...string) *Function {
	return &Function{
		Name: name, Category: Math, Doc: doc,
		Overloads: []Overload{over(name+"(x FLOAT) -> FLOAT", e)},
		Examples:  ex(example...),
	}
}
