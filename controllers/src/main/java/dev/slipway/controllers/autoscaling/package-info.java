/// HorizontalPodAutoscaler v2: what `autoscaling.hpa` decides, carried out. Follows Kubernetes
/// 1.35.
/// Figures come through two doors, [PodMetrics] and [NamedMetrics]. Start reading at
/// [HpaController].
@NullMarked
package dev.slipway.controllers.autoscaling;

import org.jspecify.annotations.NullMarked;
