/// What tests of several rooms share.
@NullMarked
package dev.slipway.testkit;

import org.jspecify.annotations.NullMarked;
