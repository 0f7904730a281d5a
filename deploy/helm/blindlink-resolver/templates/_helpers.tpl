{{- define "resolver.name" -}}
{{- printf "%s-resolver" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "resolver.selector" -}}
app.kubernetes.io/name: blindlink-resolver
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "resolver.labels" -}}
{{ include "resolver.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "resolver.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClass }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end }}
