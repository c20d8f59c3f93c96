{{/* The name that everything of this release begins with. */}}
{{- define "skywire.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What pods are found by; it never changes. Takes a dict of root and component. */}}
{{- define "skywire.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Takes a dict of root and component. */}}
{{- define "skywire.labels" -}}
{{ include "skywire.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "skywire.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "skywire.serviceAccount" -}}
{{- default (include "skywire.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "skywire.kafkaCluster" -}}
{{ include "skywire.fullname" . }}-kafka
{{- end -}}

{{- define "skywire.postgresCluster" -}}
{{ include "skywire.fullname" . }}-postgres
{{- end -}}

{{/* What the schema cannot say, since it is about two values at once. */}}
{{- define "skywire.check" -}}
{{- $autoscaling := .Values.api.autoscaling -}}
{{- if and $autoscaling.enabled (gt (int $autoscaling.minReplicas) (int $autoscaling.maxReplicas)) -}}
{{- fail (printf "api.autoscaling.minReplicas is %d, more than maxReplicas, %d" (int $autoscaling.minReplicas) (int $autoscaling.maxReplicas)) -}}
{{- end -}}
{{- $keda := .Values.sink.keda -}}
{{- if $keda.enabled -}}
{{- if gt (int $keda.minReplicas) (int $keda.maxReplicas) -}}
{{- fail (printf "sink.keda.minReplicas is %d, more than maxReplicas, %d" (int $keda.minReplicas) (int $keda.maxReplicas)) -}}
{{- end -}}
{{- if gt (int $keda.maxReplicas) (int .Values.eventPartitions) -}}
{{- fail (printf "sink.keda.maxReplicas is %d, but eventPartitions is %d: a sink without a partition does nothing" (int $keda.maxReplicas) (int .Values.eventPartitions)) -}}
{{- end -}}
{{- end -}}
{{- if gt (int .Values.sink.replicas) (int .Values.eventPartitions) -}}
{{- fail (printf "sink.replicas is %d, but eventPartitions is %d: a sink without a partition does nothing" (int .Values.sink.replicas) (int .Values.eventPartitions)) -}}
{{- end -}}
{{- if .Values.networkPolicy.enabled -}}
{{- if eq .Values.kafka.mode "external" -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.kafkaPorts -}}
{{- $ports = append $ports (toString (int .)) -}}
{{- end -}}
{{- range splitList "," .Values.kafka.external.bootstrapServers -}}
{{- if not (has (regexFind "[0-9]+$" .) $ports) -}}
{{- fail (printf "kafka.external.bootstrapServers names %s, and networkPolicy.kafkaPorts lets nobody out to such a port" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.relayPorts -}}
{{- $ports = append $ports (toString (int .)) -}}
{{- end -}}
{{- $relay := urlParse .Values.relay.url -}}
{{- $port := regexFind ":[0-9]+$" $relay.host | trimPrefix ":" | default (ternary "443" "80" (eq $relay.scheme "wss")) -}}
{{- if not (has $port $ports) -}}
{{- fail (printf "relay.url is %s, and networkPolicy.relayPorts lets no ingester out to port %s" .Values.relay.url $port) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The two modes of restricted Pod Security, of the pod and of its container. */}}
{{- define "skywire.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "skywire.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Takes a dict of root, component and rule (required, preferred or none). */}}
{{- define "skywire.affinity" -}}
{{- if eq .rule "required" }}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "skywire.selector" . | nindent 10 }}
{{- else if eq .rule "preferred" }}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "skywire.selector" . | nindent 12 }}
{{- end }}
{{- end -}}

{{/* A pod of a process: dict of root, component, process (its values), port (of metrics and probes), env (of this process). */}}
{{- define "skywire.pod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "skywire.labels" . | nindent 4 }}
  {{- with .process.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "skywire.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- include "skywire.pullSecrets" $root | nindent 2 }}
  {{- with .process.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  # A process ends within ten seconds.
  terminationGracePeriodSeconds: 30
  securityContext:
    {{- include "skywire.podSecurity" $root | nindent 4 }}
  {{- with (include "skywire.affinity" (dict "root" $root "component" .component "rule" .process.antiAffinity)) }}
  affinity:
    {{- . | trim | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "skywire.selector" . | nindent 10 }}
  {{- with .process.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .process.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "skywire.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [{{ .component }}]
      securityContext:
        {{- include "skywire.containerSecurity" $root | nindent 8 }}
      env:
        {{- .env | trim | nindent 8 }}
        - name: SKYWIRE_LOG_FORMAT
          value: {{ $root.Values.logFormat | quote }}
        {{- with .process.javaOptions }}
        - name: SKYWIRE_JAVA_OPTS
          value: {{ . | quote }}
        {{- end }}
        {{- range $name, $value := merge (dict) .process.env $root.Values.env }}
        - name: {{ $name }}
          value: {{ include "skywire.text" $value | quote }}
        {{- end }}
        {{- range $root.Values.secretEnv }}
        - name: {{ . }}
          valueFrom:
            secretKeyRef:
              name: {{ $root.Values.secretName }}
              key: {{ . }}
        {{- end }}
      ports:
        - name: {{ .portName }}
          containerPort: {{ .port }}
      startupProbe:
        httpGet:
          path: /health/live
          port: {{ .portName }}
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        httpGet:
          path: /health/live
          port: {{ .portName }}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet:
          path: /health/ready
          port: {{ .portName }}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      {{- if .drain }}
      lifecycle:
        preStop:
          # Until no more requests are sent here.
          sleep:
            seconds: 5
      {{- end }}
      resources:
        {{- toYaml .process.resources | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- include "skywire.caMounts" (dict "root" $root "kafka" .kafka "postgres" .postgres) | nindent 8 }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    {{- include "skywire.caVolumes" (dict "root" $root "kafka" .kafka "postgres" .postgres) | nindent 4 }}
{{- end -}}

{{- define "skywire.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Secrets and keys of the authorities' certificates; empty where there is none. */}}
{{- define "skywire.kafkaCa" -}}
{{- if eq .Values.kafka.mode "strimzi" -}}
{{ include "skywire.kafkaCluster" . }}-cluster-ca-cert
{{- else if .Values.kafka.external.tls.enabled -}}
{{ .Values.kafka.external.tls.caSecretName }}
{{- end -}}
{{- end -}}

{{- define "skywire.postgresCa" -}}
{{- if eq .Values.postgres.mode "cloudnativepg" -}}
{{ include "skywire.postgresCluster" . }}-ca
{{- else -}}
{{ .Values.postgres.external.caSecretName }}
{{- end -}}
{{- end -}}

{{- define "skywire.caMounts" -}}
{{- if and .kafka (include "skywire.kafkaCa" .root) }}
- name: kafka-ca
  mountPath: /etc/skywire/kafka
  readOnly: true
{{- end }}
{{- if and .postgres (include "skywire.postgresCa" .root) }}
- name: postgres-ca
  mountPath: /etc/skywire/postgres
  readOnly: true
{{- end }}
{{- end -}}

{{- define "skywire.caVolumes" -}}
{{- $kafka := include "skywire.kafkaCa" .root -}}
{{- if and .kafka $kafka }}
- name: kafka-ca
  secret:
    secretName: {{ $kafka }}
    items:
      - key: {{ ternary "ca.crt" .root.Values.kafka.external.tls.caKey (eq .root.Values.kafka.mode "strimzi") }}
        path: ca.crt
{{- end }}
{{- $postgres := include "skywire.postgresCa" .root -}}
{{- if and .postgres $postgres }}
- name: postgres-ca
  secret:
    secretName: {{ $postgres }}
    items:
      - key: {{ ternary "ca.crt" .root.Values.postgres.external.caKey (eq .root.Values.postgres.mode "cloudnativepg") }}
        path: ca.crt
{{- end }}
{{- end -}}

{{/* How Kafka is reached: dict of root and user (the KafkaUser that it is with Strimzi). */}}
{{- define "skywire.kafkaEnv" -}}
{{- $external := .root.Values.kafka.external -}}
{{- $strimzi := eq .root.Values.kafka.mode "strimzi" -}}
{{- $tls := or $strimzi $external.tls.enabled -}}
{{- $sasl := or $strimzi $external.sasl.enabled }}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ ternary (printf "%s-kafka-bootstrap:9093" (include "skywire.kafkaCluster" .root)) $external.bootstrapServers $strimzi | quote }}
- name: SPRING_KAFKA_SECURITY_PROTOCOL
  value: {{ printf "%s%s" (ternary "SASL_" "" $sasl) (ternary "SSL" "PLAINTEXT" $tls) }}
- name: SKYWIRE_EVENT_PARTITIONS
  value: {{ .root.Values.eventPartitions | quote }}
{{- if and $tls (include "skywire.kafkaCa" .root) }}
- name: SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE
  value: PEM
- name: SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_LOCATION
  value: /etc/skywire/kafka/ca.crt
{{- end }}
{{- if and (not $strimzi) $external.tls.enabled $external.tls.clientSecretName }}
- name: SPRING_KAFKA_PROPERTIES_SSL_KEYSTORE_TYPE
  value: PEM
- name: SPRING_KAFKA_PROPERTIES_SSL_KEYSTORE_CERTIFICATE_CHAIN
  valueFrom:
    secretKeyRef:
      name: {{ $external.tls.clientSecretName }}
      key: tls.crt
- name: SPRING_KAFKA_PROPERTIES_SSL_KEYSTORE_KEY
  valueFrom:
    secretKeyRef:
      name: {{ $external.tls.clientSecretName }}
      key: tls.key
{{- end }}
{{- if $sasl }}
- name: SPRING_KAFKA_PROPERTIES_SASL_MECHANISM
  value: {{ ternary "SCRAM-SHA-512" $external.sasl.mechanism $strimzi }}
- name: SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ ternary .user $external.sasl.secretName $strimzi }}
      key: {{ ternary "sasl.jaas.config" $external.sasl.secretKey $strimzi }}
{{- end }}
{{- end -}}

{{/* Where the database is. */}}
{{- define "skywire.postgresEnv" -}}
{{- if eq .Values.postgres.mode "cloudnativepg" }}
- name: POSTGRES_URI
  valueFrom:
    secretKeyRef:
      name: {{ include "skywire.postgresCluster" . }}-app
      key: uri
- name: DATABASE_URL
  value: $(POSTGRES_URI)?sslmode=verify-full&sslrootcert=/etc/skywire/postgres/ca.crt
{{- else }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.secretName }}
      key: DATABASE_URL
{{- end }}
{{- end -}}

{{/* The database that the chart makes is not there before the release is: its first sink makes the tables. */}}
{{- define "skywire.sinkMigrates" -}}
{{ eq .Values.postgres.mode "cloudnativepg" }}
{{- end -}}

{{- define "skywire.secretKeyEnv" -}}
- name: SECRET_KEY_BASE
  valueFrom:
    secretKeyRef:
      name: {{ .Values.secretName }}
      key: SECRET_KEY_BASE
- name: SECRET_KEY_BASE_PREVIOUS
  valueFrom:
    secretKeyRef:
      name: {{ .Values.secretName }}
      key: SECRET_KEY_BASE_PREVIOUS
      optional: true
{{- end -}}

{{/* A value as text. Helm may take a large number of a values file for a float, and would write 1e+06. */}}
{{- define "skywire.text" -}}
{{- if kindIs "float64" . -}}
{{- if eq . (floor .) -}}{{ printf "%.0f" . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}
{{ . }}
{{- end -}}
{{- end -}}

{{- define "skywire.relayEnv" -}}
- name: RELAY_URL
  value: {{ .Values.relay.url | quote }}
- name: RELAY_START
  value: {{ include "skywire.text" .Values.relay.start | quote }}
{{- with .Values.relay.name }}
- name: SKYWIRE_RELAY_NAME
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "skywire.sinkEnv" -}}
- name: EVENT_RETENTION_DAYS
  value: {{ .Values.retentionDays | quote }}
- name: SKYWIRE_STATS
  value: {{ ternary "on" "off" .Values.sink.stats | quote }}
{{- with .Values.sink.routes }}
{{- $routes := list }}
{{- range $collection, $topic := . }}
{{- $routes = append $routes (printf "%s=%s" $collection $topic) }}
{{- end }}
- name: SKYWIRE_ROUTES
  value: {{ join "," $routes | quote }}
{{- end }}
{{- end -}}

{{/* A name that a pod keeps over restarts: it goes on at once when it is back within six seconds. */}}
{{- define "skywire.instanceEnv" -}}
- name: SKYWIRE_INSTANCE
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: SKYWIRE_METRICS_PORT
  value: "9400"
{{- end -}}
