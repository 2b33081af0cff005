/// PMML 3.0 to 4.4 documents, compiled and evaluated here.
///
/// A document is read into [dev.slipway.engines.pmml.Element]s, compiled into
/// [dev.slipway.engines.pmml.Model]s over the slots of a [dev.slipway.engines.pmml.Row], and
/// answers through [dev.slipway.engines.pmml.PmmlEngine]. What is not evaluated is refused by
/// element and line.
@NullMarked
package dev.slipway.engines.pmml;

import org.jspecify.annotations.NullMarked;
