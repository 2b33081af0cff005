/// Tests of disruption budgets.
@NullMarked
package dev.slipway.controllers.policy;

import org.jspecify.annotations.NullMarked;
