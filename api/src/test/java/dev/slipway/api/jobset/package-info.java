/// Tests of the rules of JobSets.
@NullMarked
package dev.slipway.api.jobset;

import org.jspecify.annotations.NullMarked;
