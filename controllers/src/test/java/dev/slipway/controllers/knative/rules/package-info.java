/// Tests of Knative's rules.
@NullMarked
package dev.slipway.controllers.knative.rules;

import org.jspecify.annotations.NullMarked;
