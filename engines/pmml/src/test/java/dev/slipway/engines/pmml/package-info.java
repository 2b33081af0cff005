/// Tests of PMML documents.
@NullMarked
package dev.slipway.engines.pmml;

import org.jspecify.annotations.NullMarked;
