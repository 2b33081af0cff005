/// Tests of HorizontalPodAutoscalers.
@NullMarked
package dev.slipway.controllers.autoscaling;

import org.jspecify.annotations.NullMarked;
