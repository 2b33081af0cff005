/// Traces: what a model or an agent did for one request, with spans, tags and assessments; and the
/// scorers and evaluation datasets that judge them.
///
/// Source: mlflow/protos/service.proto, assessments.proto, datasets.proto; OpenTelemetry's
/// trace.proto. Read first: [Traces], [OtlpSpans], [SpanLog].
@NullMarked
package dev.slipway.registry.traces;

import org.jspecify.annotations.NullMarked;
