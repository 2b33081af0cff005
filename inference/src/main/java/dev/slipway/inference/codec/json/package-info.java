/// JSON at the speed of the bytes: a pull reader and a writer without trees or intermediate text.
/// Read [dev.slipway.inference.codec.json.JsonReader] first.
@NullMarked
package dev.slipway.inference.codec.json;

import org.jspecify.annotations.NullMarked;
