/// Tests of Knative Serving's controllers.
@NullMarked
package dev.slipway.controllers.knative;

import org.jspecify.annotations.NullMarked;
