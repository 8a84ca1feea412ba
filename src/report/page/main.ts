import { enlargePictures } from './enlarge.ts';
import { followRun } from './live.ts';
import { embeddedData } from './page-data.ts';
import { ReportCharts } from './report-charts.ts';

const data = embeddedData(document);
const charts = data ? new ReportCharts(data) : null;
enlargePictures();
const { revision } = document.documentElement.dataset;
if (revision !== undefined) followRun(revision, charts);
