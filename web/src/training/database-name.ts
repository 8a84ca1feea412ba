/** The browser's database in which the workshop keeps its work. */
export const databaseName = 'impasto';
